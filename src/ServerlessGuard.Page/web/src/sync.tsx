import type { SyncView } from './api';
import { age, count, plural, providerName, safe } from './format';

const other = (side: SyncView): string => (side.provider === 'Aws' ? 'Azure' : 'AWS');

export const route = (side: SyncView): string => `${providerName(side.provider)} → ${other(side)}`;

/** One word for a chip, one sentence for everybody else. */
export function said(side: SyncView, now: number): { word: string; tone: 'good' | 'bad' | 'none'; sentence: string } {
  const waited = side.oldest ? age(now - Date.parse(side.oldest)) : '';
  switch (side.state) {
    case 'InSync':
      return { word: 'in sync', tone: 'good', sentence: 'The other cloud has received every change.' };
    case 'Behind':
      return {
        word: `behind by ${count(side.waiting)}${side.more ? '+' : ''}`,
        tone: 'bad',
        sentence: `${plural(side.waiting, 'change')}${side.more ? ' or more' : ''} wait for ${other(side)}, the oldest for ${waited}.${side.fault ? ` Last error: ${safe(side.fault)}` : ''}`,
      };
    case 'Differs':
      return { word: 'differs', tone: 'bad', sentence: `Nothing is waiting, but the tables hold different counts in ${side.differing.map(safe).join(', ')}: see guard doctor.` };
    case 'Unseen':
      return { word: 'not seen here', tone: 'none', sentence: `What ${providerName(side.provider)} still has to send is in its own table: add it with --peer-table.` };
    case 'Alone':
      return { word: 'one table', tone: 'none', sentence: 'Both clouds write to this table directly: there is nothing to forward.' };
  }
}

export const SyncChips = ({ sides, now }: { sides: SyncView[]; now: number }) => {
  const shown = sides.filter(side => side.state !== 'Alone');
  return shown.length === 0 ? null : (
    <ul class="sync-chips" aria-label="Federation">
      {shown.map(side => {
        const { word, tone, sentence } = said(side, now);
        return <li key={side.provider} class={tone} title={sentence}><span>{route(side)}</span> <b>{word}</b></li>;
      })}
    </ul>
  );
};
