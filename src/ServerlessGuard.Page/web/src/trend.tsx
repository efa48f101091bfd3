import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Overview, SeverityCounts } from './api';
import { count, time } from './format';
import { countOf, severities, Shape } from './marks';

const frame = { left: 46, right: 12, top: 10, bottom: 24 };

const total = (counts: SeverityCounts): number => counts.critical + counts.high + counts.medium + counts.low;

/** Above the largest value, in steps that people count in. */
function ticks(most: number): number[] {
  const raw = Math.max(1, most) / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map(one => one * power).find(one => one >= raw)!);
  const all: number[] = [];
  for (let value = 0; value < most + step; value += step) {
    all.push(value);
  }
  return all;
}

/** Open findings by severity, one on top of the other, the worst at the bottom where it can be read off. */
export const Trend = ({ trend, complete }: { trend: Overview['trend']; complete: boolean }) => {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, height }, setSize] = useState({ width: 640, height: 260 });
  const [at, setAt] = useState<number>();
  useLayoutEffect(() => {
    const watch = new ResizeObserver(entries => setSize({ width: Math.max(240, entries[0]!.contentRect.width), height: Math.max(160, entries[0]!.contentRect.height) }));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const { points } = trend;
  const marks = ticks(Math.max(...points.map(point => total(point.open))));
  const most = marks[marks.length - 1]!;
  const x = (i: number): number => frame.left + (i / (points.length - 1)) * (width - frame.left - frame.right);
  const y = (value: number): number => height - frame.bottom - (value / most) * (height - frame.top - frame.bottom);
  const below = points.map(() => 0);
  const bands = severities.map(severity => {
    const lower = [...below];
    points.forEach((point, i) => below[i]! += countOf(point.open, severity));
    const upper = [...below];
    const edge = upper.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('');
    return { severity, edge, area: edge + lower.map((_, i) => `L${x(points.length - 1 - i).toFixed(1)} ${y(lower[points.length - 1 - i]!).toFixed(1)}`).join('') + 'Z' };
  });
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const shown = points[at ?? points.length - 1]!;
  const labels = [0, 15, 30, 45, 60].filter(i => i < points.length && (width > 460 || i % 30 === 0));
  const pointAt = (clientX: number) => {
    const left = box.current!.getBoundingClientRect().left;
    setAt(Math.min(points.length - 1, Math.max(0, Math.round(((clientX - left - frame.left) / (width - frame.left - frame.right)) * (points.length - 1)))));
  };
  return (
    <>
      <p class="legend">
        {[...severities].map(severity => <span key={severity} class={severity.toLowerCase()}><Shape of={severity} />{severity} <b>{count(countOf(shown.open, severity))}</b></span>)}
        <span class="soft when">{at === undefined ? 'now' : time(shown.at)}</span>
      </p>
      <div class="chart" ref={box} onPointerMove={event => pointAt(event.clientX)} onPointerLeave={() => setAt(undefined)}>
        <svg width={width} height={height} role="img" aria-label={`Open findings: ${count(total(first.open))} at ${time(first.at)}, ${count(total(last.open))} now.`}>
          {marks.map(mark => <g key={mark}><line class="rule" x1={frame.left} x2={width - frame.right} y1={y(mark)} y2={y(mark)} /><text x={frame.left - 8} y={y(mark) + 4} text-anchor="end">{count(mark)}</text></g>)}
          {bands.map(({ severity, area, edge }) => <g key={severity} class={severity.toLowerCase()}><path class="area" d={area} /><path class="edge" d={edge} /></g>)}
          {labels.map(i => <text key={i} x={x(i)} y={height - 6} text-anchor={i === 0 ? 'start' : i === points.length - 1 ? 'end' : 'middle'}>{label(points[i]!.at, trend.minutes)}</text>)}
          {at === undefined ? null : <line class="cursor" x1={x(at)} x2={x(at)} y1={frame.top} y2={height - frame.bottom} />}
        </svg>
      </div>
      {complete ? null : <p class="soft">The timeline is still being read.</p>}
      <table class="hidden"><caption>Open findings over time</caption>
        <thead><tr><th scope="col">At</th>{severities.map(one => <th scope="col" key={one}>{one}</th>)}</tr></thead>
        <tbody>{points.filter((_, i) => i % 10 === 0).map(point => <tr key={point.at}><th scope="row">{time(point.at)}</th>{severities.map(one => <td key={one}>{countOf(point.open, one)}</td>)}</tr>)}</tbody>
      </table>
    </>
  );
};

const label = (at: string, minutes: number): string => (minutes <= 1440 ? time(at).slice(11, 16) : time(at).slice(5, 10));
