import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Group, type Provider, type SeverityCounts } from './api';
import { accountOf, count, plural, providerName } from './format';
import { direction } from './keys';
import { useAnswer } from './live';
import { FindingCells } from './list';
import { countOf, Glyph, ProviderMark, severities, SeverityMark, Shape, Text } from './marks';
import { link, withValue } from './route';

const firstRows = 25;

/** The same list by one of its columns. A group is read when it is opened. */
export const GroupList = ({ query, by, filter, version, finding, now }: { query: URLSearchParams; by: string; filter: URLSearchParams; version?: number; finding?: string; now: number }) => {
  const { value, fault } = useAnswer(`${query}|${by}|${version}`, signal => api.groups(query, by, signal));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => setOpen(new Set()), [by]);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = direction(event);
      if (step === 0 || !box.current) {
        return;
      }
      event.preventDefault();
      const stops = [...box.current.querySelectorAll<HTMLElement>('.group-head, a[data-finding], .group-more a')];
      const at = stops.indexOf(document.activeElement as HTMLElement);
      const next = stops[at < 0 ? 0 : Math.min(stops.length - 1, Math.max(0, at + step))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);

  const toggle = (key: string) => setOpen(before => {
    const next = new Set(before);
    if (!next.delete(key)) {
      next.add(key);
    }
    return next;
  });
  return (
    <>
      <p class="tally" role="status">{value ? `${plural(value.total, 'finding')} in ${plural(value.count, 'group')}` : 'Loading …'}{value && value.count > value.groups.length ? `, the worst ${count(value.groups.length)} shown` : null}{fault ? <span class="bad"> {fault}</span> : null}</p>
      <div class="grid groups" data-list ref={box} tabIndex={-1}>
        {value?.total === 0 ? <div class="empty"><p><b>No finding matches.</b></p></div> : null}
        {value?.groups.map(group => (
          <GroupBox key={group.key} group={group} by={by} query={query} filter={filter} version={version} finding={finding} now={now} isOpen={open.has(group.key)} toggle={() => toggle(group.key)} />
        ))}
      </div>
    </>
  );
};

const GroupBox = ({ group, by, query, filter, version, finding, now, isOpen, toggle }: {
  group: Group; by: string; query: URLSearchParams; filter: URLSearchParams; version?: number; finding?: string; now: number; isOpen: boolean; toggle: () => void;
}) => {
  const value = by === 'rule' ? '=' + group.key : group.key;
  const own = withValue(query, by, value);
  const { value: answer } = useAnswer(isOpen ? `${own}|${version}` : undefined, signal => api.findings(own, 0, firstRows, signal));
  return (
    <section class={isOpen ? 'group open' : 'group'}>
      <button type="button" class="group-head" aria-expanded={isOpen} onClick={toggle}>
        <Glyph of={isOpen ? 'up' : 'down'} />
        <span class="group-name"><Name group={group} by={by} /></span>
        <Counts of={group.counts} />
        <b class="group-total">{count(group.total)}</b>
      </button>
      {isOpen && answer ? (
        <div role="grid" aria-label={`Findings of ${group.key.slice(0, 100)}`} class="group-rows">
          {answer.rows.map(row => (
            <div role="row" key={row.id} class={finding === row.id ? 'line chosen' : 'line'}><FindingCells row={row} href={link('findings', filter, row.id)} now={now} /></div>
          ))}
          {answer.total > answer.rows.length
            ? <div role="row" class="group-more"><div role="gridcell"><a href={link('findings', withValue(withValue(filter, 'group', undefined), by, value))}>All {count(answer.total)}</a></div></div> : null}
        </div>
      ) : null}
    </section>
  );
};

const Name = ({ group, by }: { group: Group; by: string }) => {
  switch (by) {
    case 'severity': return <SeverityMark of={group.key as 'Critical'} />;
    case 'provider': return <>{providerName(group.key)}</>;
    case 'account': return <><ProviderMark of={(group.key.startsWith('azure') ? 'Azure' : 'Aws') as Provider} /> <Text>{accountOf(group.key)}</Text></>;
    default: return <><span class={by === 'rule' ? 'mono' : undefined}><Text title>{group.label && by === 'resource' ? group.label : group.key}</Text></span>{group.label && by === 'rule' ? <span class="soft"> <Text>{group.label}</Text></span> : null}</>;
  }
};

export const Counts = ({ of }: { of: SeverityCounts }) => (
  <span class="counts">
    {severities.filter(severity => countOf(of, severity) > 0).map(severity => (
      <span key={severity} class={severity.toLowerCase()}><Shape of={severity} />{count(countOf(of, severity))}<span class="hidden"> {severity}</span></span>
    ))}
  </span>
);
