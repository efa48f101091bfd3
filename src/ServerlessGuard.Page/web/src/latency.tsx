import type { Latency } from './api';
import { count, span } from './format';

/** From the shortest that matters to the longest seen, on a scale where every step is ten times the one before. */
function place(milliseconds: number, most: number): number {
  const least = 1;
  const to = Math.log10(Math.max(1000, most));
  return Math.min(100, Math.max(0, (Math.log10(Math.max(least, milliseconds)) / to) * 100));
}

export const LatencyTable = ({ stages }: { stages: Latency[] }) => {
  const most = Math.max(...stages.map(stage => stage.p95 ?? 0));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Stages">
      <table class="latency">
        <thead><tr><th scope="col">Stage</th><th scope="col" class="bar-cell"><span class="hidden">Scale</span></th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">n</th></tr></thead>
        <tbody>
          {stages.map(stage => (
            <tr key={stage.stage} class={stage.count === 0 ? 'soft' : undefined}>
              <th scope="row" title={`after it was ${stage.after}`}>{stage.stage}</th>
              <td class="bar-cell" aria-hidden="true">{stage.p50 === undefined || stage.p95 === undefined ? null
                : <span class="track"><i style={{ left: `${place(stage.p50, most)}%`, width: `${Math.max(1, place(stage.p95, most) - place(stage.p50, most))}%` }} /></span>}</td>
              <td class="number">{stage.p50 === undefined ? '–' : span(stage.p50)}</td>
              <td class="number">{stage.p95 === undefined ? '–' : span(stage.p95)}</td>
              <td class="number soft">{count(stage.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
