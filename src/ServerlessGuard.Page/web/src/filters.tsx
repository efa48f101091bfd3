import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Severity, State, Status } from './api';
import { accountOf, count, providerName } from './format';
import { countOf, Glyph, severities, Shape } from './marks';
import { go, link, withValue } from './route';

const pause = 160;

/** What narrows the table: the counters at the top are its switches. */
export const Filters = ({ filter, state, search }: { filter: URLSearchParams; state?: State; search: RefObject<HTMLInputElement | null> }) => {
  const set = (name: string, value: string | undefined, replace = false) => go(link('findings', withValue(filter, name, value)), replace);
  const narrowed = ['q', 'severity', 'provider', 'account', 'rule', 'since', 'treatment', 'type', 'resource'].some(name => filter.get(name)) || filter.get('status') !== null;
  return (
    <div class="filters">
      <Counters filter={filter} state={state} set={set} />
      <div class="tools" role="search">
        <Search filter={filter} field={search} set={set} />
        <Choice label="Cloud" value={filter.get('provider')} set={value => set('provider', value)} options={[['', 'Both clouds'], ['Aws', 'AWS'], ['Azure', 'Azure']]} />
        <Choice label="Account" value={filter.get('account')} set={value => set('account', value)}
          options={[['', 'All accounts'], ...(state?.accounts ?? []).map(one => [one.id, `${providerName(one.provider)} ${accountOf(one.id)}`] as const)]} />
        <Choice label="Rule" value={filter.get('rule')} set={value => set('rule', value)}
          options={[['', 'All rules'], ...(state?.rules ?? []).map(one => [one.id, `${one.id}  ${one.title}`] as const)]} />
        <Choice label="Changed" value={filter.get('since')} set={value => set('since', value)}
          options={[['', 'Any time'], ['1h', 'Last hour'], ['24h', 'Last 24 hours'], ['7d', 'Last 7 days'], ['30d', 'Last 30 days']]} />
        <Choice label="Group by" value={filter.get('group')} set={value => set('group', value)}
          options={[['', 'Not grouped'], ['rule', 'By rule'], ['account', 'By account'], ['type', 'By type'], ['resource', 'By resource'], ['severity', 'By severity'], ['provider', 'By cloud']]} />
        {narrowed ? <button type="button" class="plain" onClick={() => go(link('findings', withValue(new URLSearchParams(), 'group', filter.get('group') ?? undefined)))}>Clear</button> : null}
      </div>
    </div>
  );
};

const Counters = ({ filter, state, set }: { filter: URLSearchParams; state?: State; set: (name: string, value: string | undefined) => void }) => {
  const chosen = new Set((filter.get('severity') ?? '').split(',').filter(Boolean));
  const status = filter.get('status') ?? 'Open';
  const toggle = (severity: Severity) => {
    const next = new Set(chosen);
    if (!next.delete(severity)) {
      next.add(severity);
    }
    set('severity', severities.filter(one => next.has(one)).join(','));
  };
  const show = (value: Status | 'all') => set('status', value === 'Open' ? undefined : value);
  const open = state?.counts.open;
  const total = open ? open.critical + open.high + open.medium + open.low : undefined;
  return (
    <div class="counters">
      <div role="group" aria-label="Severity, open findings">
        {severities.map(severity => (
          <button type="button" key={severity} class={`counter ${severity.toLowerCase()}`} aria-pressed={chosen.has(severity)} onClick={() => toggle(severity)}>
            <Shape of={severity} /><b>{open ? count(countOf(open, severity)) : '–'}</b><span>{severity}</span>
          </button>
        ))}
      </div>
      <div role="group" aria-label="Status">
        {([['Open', total], ['Suppressed', state?.counts.suppressed], ['Resolved', state?.counts.resolved], ['all', undefined]] as const).map(([value, number]) => (
          <button type="button" key={value} class="tab" aria-pressed={status === value} onClick={() => show(value)}>
            {value === 'all' ? 'All' : value}{number === undefined ? null : <b>{count(number)}</b>}
          </button>
        ))}
      </div>
    </div>
  );
};

const Search = ({ filter, field, set }: { filter: URLSearchParams; field: RefObject<HTMLInputElement | null>; set: (name: string, value: string | undefined, replace: boolean) => void }) => {
  const asked = filter.get('q') ?? '';
  const [text, setText] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (asked !== text.trim()) {
      setText(asked);
    }
  }, [asked]);
  const typed = (value: string) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => set('q', value.trim() || undefined, true), pause);
  };
  return (
    <label class="search">
      <Glyph of="search" />
      <input ref={field} type="search" placeholder="Search" aria-label="Search findings" value={text} maxLength={200} autoComplete="off" spellcheck={false} onInput={event => typed(event.currentTarget.value)} />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
};

const Choice = ({ label, value, options, set }: { label: string; value: string | null; options: readonly (readonly [string, string])[]; set: (value: string | undefined) => void }) => {
  // A value that is not in the list, from an address: shown all the same.
  const all = !value || options.some(([one]) => one === value) ? options : [...options, [value, value] as const];
  return (
    <select aria-label={label} class={value ? 'set' : undefined} value={value ?? ''} onChange={event => set(event.currentTarget.value || undefined)}>
      {all.map(([one, text]) => <option key={one} value={one}>{text}</option>)}
    </select>
  );
};
