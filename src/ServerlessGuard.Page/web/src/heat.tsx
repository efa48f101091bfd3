import type { Overview } from './api';
import { accountOf, count, plural } from './format';
import { ProviderMark, Shape, Text } from './marks';
import { link } from './route';

/** Where it hurts: a cell leads to its findings. */
export const Heat = ({ heat }: { heat: Overview['heat'] }) => {
  if (heat.rows.length === 0) {
    return <p class="soft">No open findings.</p>;
  }
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Accounts by rules">
        <table class="heat">
          <thead><tr><td />{heat.rules.map(rule => <th scope="col" key={rule.id} title={rule.title}><a href={link('findings', new URLSearchParams({ rule: rule.id }))}><span>{rule.id.replace(/^SG-/, '')}</span></a></th>)}</tr></thead>
          <tbody>
            {heat.rows.map(row => (
              <tr key={row.account}>
                <th scope="row"><a href={link('findings', new URLSearchParams({ account: row.account }))}><ProviderMark of={row.account.startsWith('azure') ? 'Azure' : 'Aws'} /> <Text title>{accountOf(row.account)}</Text></a></th>
                {row.cells.map((cell, i) => {
                  const rule = heat.rules[i]!;
                  return cell
                    ? <td key={rule.id}><a class={`cell ${cell.worst.toLowerCase()} ${weight(cell.count)}`} href={link('findings', new URLSearchParams({ account: row.account, rule: rule.id }))}
                        aria-label={`${plural(cell.count, 'open finding')} of ${rule.id}, the worst ${cell.worst.toLowerCase()}`} title={`${rule.id} ${rule.title}: ${cell.count} open, the worst ${cell.worst.toLowerCase()}`}><Shape of={cell.worst} />{short(cell.count)}</a></td>
                    : <td key={rule.id}><span class="cell none" aria-label="none">·</span></td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {heat.accounts > heat.rows.length ? <p class="soft">The {heat.rows.length} accounts with the worst findings of {count(heat.accounts)}.</p> : null}
    </>
  );
};

const weight = (value: number): string => (value >= 100 ? 'w4' : value >= 20 ? 'w3' : value >= 5 ? 'w2' : 'w1');

const short = (value: number): string => (value < 1000 ? String(value) : value < 100_000 ? `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)}k` : `${Math.round(value / 1000)}k`);
