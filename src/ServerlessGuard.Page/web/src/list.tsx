import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api, type Row } from './api';
import { plural } from './format';
import { direction } from './keys';
import { Account, Ago, Glyph, SeverityMark, StatusMark, Text } from './marks';
import { go, link, withValue } from './route';

const pageSize = 100;
const margin = 8;

const columns: readonly (readonly [string, string])[] = [
  ['severity', 'Severity'], ['rule', 'Rule'], ['title', 'Finding'], ['resource', 'Resource'], ['account', 'Account'], ['status', 'Status'], ['opened', 'Since'],
];

interface Held { query: string; version?: number; total: number; pages: Map<number, Row[]> }

/** Rows of any number: only those in sight exist, and their pages are asked of the server as they come near. */
export const FindingList = ({ query, filter, version, loading, finding, now }: {
  query: URLSearchParams; filter: URLSearchParams; version?: number; loading: boolean; finding?: string; now: number;
}) => {
  const key = query.toString();
  const scroller = useRef<HTMLDivElement>(null);
  const [rowHeight, setRowHeight] = useState(44);
  const [range, setRange] = useState({ first: 0, last: 30 });
  const [held, setHeld] = useState<Held>({ query: '', total: 0, pages: new Map() });
  const [fault, setFault] = useState<string>();
  const [current, setCurrent] = useState(0);
  const moved = useRef(false);
  // Keys may come faster than this is drawn.
  const cursor = useRef(0);
  const select = (index: number) => {
    cursor.current = index;
    setCurrent(index);
  };

  const measure = () => {
    const box = scroller.current;
    if (box) {
      const height = parseFloat(getComputedStyle(box).getPropertyValue('--row'));
      setRowHeight(height);
      const first = Math.max(0, Math.floor(box.scrollTop / height) - margin);
      const last = Math.ceil((box.scrollTop + box.clientHeight) / height) + margin;
      setRange(before => (before.first === first && before.last === last ? before : { first, last }));
    }
  };

  useLayoutEffect(() => {
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(scroller.current!);
    return () => watch.disconnect();
  }, []);

  // Another question starts at its top.
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    select(0);
  }, [key]);

  const from = Math.floor(range.first / pageSize);
  const to = Math.floor(range.last / pageSize);
  useEffect(() => {
    const ended = new AbortController();
    const known = held.query === key && held.version === version ? held.pages : new Map<number, Row[]>();
    const wanted: number[] = [];
    for (let page = from; page <= to; page++) {
      if (!known.has(page) && (page === from || known.size === 0 || page * pageSize < held.total)) {
        wanted.push(page);
      }
    }
    if (wanted.length === 0) {
      return;
    }
    Promise.all(wanted.map(page => api.findings(query, page * pageSize, pageSize, ended.signal))).then(
      answers => {
        setFault(undefined);
        setHeld(before => {
          const pages = new Map(before.query === key && before.version === version ? before.pages : []);
          answers.forEach((answer, i) => pages.set(wanted[i]!, answer.rows));
          return { query: key, version, total: answers[0]!.total, pages };
        });
      },
      reason => ended.signal.aborted || setFault((reason as Error).message));
    return () => ended.abort();
  }, [key, version, from, to]);

  const { total, pages } = held;
  const rowAt = (index: number): Row | undefined => pages.get(Math.floor(index / pageSize))?.[index % pageSize];

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const by = direction(event);
      if (by === 0 || total === 0) {
        return;
      }
      event.preventDefault();
      const box = scroller.current!;
      // The first step lands on the row that is current, the next ones move on.
      const next = document.activeElement?.closest('[role=row]') ? Math.min(total - 1, Math.max(0, cursor.current + by)) : cursor.current;
      select(next);
      const top = next * rowHeight;
      if (top < box.scrollTop) {
        box.scrollTop = top;
      } else if (top + rowHeight * 2 > box.scrollTop + box.clientHeight) {
        box.scrollTop = top + rowHeight * 2 - box.clientHeight;
      }
      moved.current = !focusRow(box, next);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });

  // The row may come into being only after the scroll. Before anything is painted: the next key may be on its way.
  useLayoutEffect(() => {
    if (moved.current) {
      moved.current = !focusRow(scroller.current, current);
    }
  });

  const shown: number[] = [];
  for (let index = range.first; index < Math.min(range.last, total); index++) {
    shown.push(index);
  }
  const empty = total === 0 && held.query === key;
  return (
    <>
      <p class="tally" role="status">{held.query === '' ? 'Loading …' : plural(total, 'finding')}{loading && held.query ? <span class="soft"> so far</span> : null}{fault ? <span class="bad"> {fault}</span> : null}</p>
      <div class="grid" role="grid" aria-label="Findings" aria-rowcount={total + 1} aria-colcount={columns.length} data-list ref={scroller} onScroll={measure}>
        <Header filter={filter} />
        {empty ? <Nothing loading={loading} filter={filter} /> : null}
        <div role="rowgroup" class="rows" style={{ height: `${total * rowHeight}px` }}>
          {shown.map(index => (
            <RowLine key={index} index={index} row={rowAt(index)} top={index * rowHeight} filter={filter} open={finding} isCurrent={index === current} now={now} select={() => select(index)} />
          ))}
        </div>
      </div>
    </>
  );
};

function focusRow(box: HTMLElement | null, index: number): boolean {
  const row = box?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  row?.focus({ preventScroll: true });
  return row != null;
}

const Header = ({ filter }: { filter: URLSearchParams }) => {
  const sort = filter.get('sort') ?? 'severity';
  const order = filter.get('order') ?? (sort === 'severity' || sort === 'opened' ? 'desc' : 'asc');
  const by = (column: string) => {
    const first = column === 'severity' || column === 'opened' ? 'desc' : 'asc';
    const next = column === sort ? (order === 'asc' ? 'desc' : 'asc') : first;
    const plain = column === 'severity' && next === 'desc';
    go(link('findings', withValue(withValue(filter, 'sort', plain ? undefined : column), 'order', plain || next === first ? undefined : next)), true);
  };
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="line" aria-rowindex={1}>
        {columns.map(([column, name]) => (
          <div role="columnheader" key={column} class={`c-${column}`} aria-sort={column === sort ? (order === 'asc' ? 'ascending' : 'descending') : undefined}>
            <button type="button" onClick={() => by(column)}>{name}{column === sort ? <Glyph of={order === 'asc' ? 'up' : 'down'} /> : null}</button>
          </div>
        ))}
      </div>
    </div>
  );
};

const RowLine = ({ row, index, top, filter, open, isCurrent, now, select }: {
  row?: Row; index: number; top: number; filter: URLSearchParams; open?: string; isCurrent: boolean; now: number; select: () => void;
}) => {
  const style = { transform: `translateY(${top}px)` };
  if (!row) {
    return <div role="row" class="line waiting" style={style} aria-rowindex={index + 2} data-index={index}><div role="gridcell">…</div></div>;
  }
  const href = link('findings', filter, row.id);
  return (
    <div role="row" class={open === row.id ? 'line chosen' : 'line'} style={style} aria-rowindex={index + 2} aria-selected={open === row.id} data-index={index}
      onClick={event => { if (!(event.target as HTMLElement).closest('a') && !getSelection()?.toString()) { select(); go(href); } }}>
      <FindingCells row={row} href={href} now={now} tabIndex={isCurrent ? 0 : -1} focused={select} />
    </div>
  );
};

export const FindingCells = ({ row, href, now, tabIndex, focused }: { row: Row; href: string; now: number; tabIndex?: number; focused?: () => void }) => (
  <>
    <div role="gridcell" class="c-severity"><SeverityMark of={row.severity} /></div>
    <div role="gridcell" class="c-rule"><Text>{row.rule}</Text></div>
    <div role="gridcell" class="c-title"><a href={href} data-finding={row.id} tabIndex={tabIndex} onFocus={focused}><Text>{row.title}</Text></a><small><Text title>{row.reason}</Text></small></div>
    <div role="gridcell" class="c-resource"><span><Text title>{row.name ?? row.resource}</Text></span><small><Text>{row.type}</Text></small></div>
    <div role="gridcell" class="c-account"><Account of={row.account} provider={row.provider} />{row.region ? <small><Text>{row.region}</Text></small> : null}</div>
    <div role="gridcell" class="c-status"><StatusMark of={row.status} treatment={row.treatment} preview={row.preview} /></div>
    <div role="gridcell" class="c-opened"><Ago at={row.opened} now={now} /></div>
  </>
);

const Nothing = ({ loading, filter }: { loading: boolean; filter: URLSearchParams }) => (
  <div class="empty" role="row"><div role="gridcell">
    <p><b>{loading ? 'Nothing yet.' : filter.size > 0 ? 'No finding matches.' : 'No open findings.'}</b></p>
    <p class="soft">{loading ? 'The table is still being read.' : filter.size > 0 ? 'Remove a filter to see more.' : 'Everything that was evaluated complies, is resolved or is accepted.'}</p>
  </div></div>
);

