import { useEffect, useRef } from 'preact/hooks';
import type { State } from './api';
import { Filters } from './filters';
import { GroupList } from './groups';
import { isTyping } from './keys';
import { FindingList } from './list';
import { go, link, toQuery, withValue, type Route } from './route';
import { StoryPanel } from './story';

/** The table, its filters, and beside it the finding that is open. */
export const FindingsView = ({ route, state, now }: { route: Route; state?: State; now: number }) => {
  const search = useRef<HTMLInputElement>(null);
  const { filter, finding } = route;
  const query = toQuery(filter);
  const group = filter.get('group');

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
        return;
      }
      if (event.key === 'Escape') {
        if (finding) {
          go(link('findings', filter));
          restoreFocus(finding);
        } else if (filter.get('q')) {
          go(link('findings', withValue(filter, 'q', undefined)), true);
        }
        (document.activeElement as HTMLElement | null)?.matches('input') && search.current?.blur();
      } else if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault();
        search.current?.focus();
        search.current?.select();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });

  return (
    <div class={finding ? 'split open' : 'split'}>
      <section class="findings-pane" aria-label="Findings">
        <Filters filter={filter} state={state} search={search} />
        {group
          ? <GroupList query={query} by={group} filter={filter} version={state?.version} finding={finding} now={now} />
          : <FindingList query={query} filter={filter} version={state?.version} loading={state?.loading.complete !== true} finding={finding} now={now} />}
      </section>
      {finding ? <StoryPanel id={finding} version={state?.version} now={now} close={link('findings', filter)} person={state?.person} /> : null}
    </div>
  );
};

/** Back to the row that was open, where it still stands. */
function restoreFocus(finding: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`a[data-finding="${CSS.escape(finding)}"]`)?.focus());
}
