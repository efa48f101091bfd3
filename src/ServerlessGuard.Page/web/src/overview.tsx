import { useState } from 'preact/hooks';
import { api, type State } from './api';
import { Heat } from './heat';
import { LatencyTable } from './latency';
import { useAnswer } from './live';
import { Ago, ProviderMark, Shape, Text } from './marks';
import { link } from './route';
import { route, said } from './sync';
import { Trend } from './trend';
import { words } from './format';

const ranges = [['', 'Auto'], ['1h', '1 h'], ['24h', '24 h'], ['7d', '7 d'], ['30d', '30 d']] as const;

/** Everything at once: how it has been going, how fast, where it hurts, and whether both clouds know. */
export const OverviewView = ({ version, state, now }: { version?: number; state?: State; now: number }) => {
  const [range, setRange] = useState('');
  const { value, fault } = useAnswer(`${range}|${version}`, signal => api.overview(range, signal));
  if (!value) {
    return <div class="empty"><p>{fault ?? 'Loading …'}</p></div>;
  }
  return (
    <div class="cards" tabIndex={0} role="region" aria-label="Overview">
      <section class="card trend" aria-labelledby="trend-title">
        <header><h2 id="trend-title">Open findings</h2>
          <div class="segments" role="group" aria-label="Range">
            {ranges.map(([one, text]) => <button type="button" key={one} aria-pressed={range === one} onClick={() => setRange(one)}>{text}</button>)}
          </div>
        </header>
        <Trend trend={value.trend} complete={state?.loading.history === true} />
      </section>
      <div class="column">
      <section class="card" aria-labelledby="sync-title">
        <header><h2 id="sync-title">Both clouds</h2></header>
        <ul class="sides">
          {value.sync.map(side => {
            const { word, tone, sentence } = said(side, now);
            return (
              <li key={side.provider} class={tone}>
                <p><span class="strong">{route(side)}</span> <b class="verdict">{word}</b></p>
                <p class="soft">{sentence}{side.setAside > 0 ? ` ${side.setAside} set aside: the other side will never take them as they are.` : ''}</p>
              </li>
            );
          })}
          {value.sync.length === 0 ? <li><p class="soft">No account has rows yet.</p></li> : null}
        </ul>
      </section>
      <section class="card" aria-labelledby="latency-title">
        <header><h2 id="latency-title">Latency per stage</h2><span class="soft">change events only</span></header>
        <LatencyTable stages={value.latency} />
      </section>
      </div>
      <section class="card full" aria-labelledby="heat-title">
        <header><h2 id="heat-title">Accounts × rules</h2><span class="soft">open findings; the shape is the worst severity</span></header>
        <Heat heat={value.heat} />
      </section>
      <section class="card full" aria-labelledby="identity-title">
        <header><h2 id="identity-title">One identity provider</h2><span class="soft">who signs in beside it (SG-ID-001)</span></header>
        <p class="soft">
          <b class="strong">{value.identity.outside}</b> outside, <b class="strong">{value.identity.accepted}</b> accepted as exceptions, <b class="strong">{value.identity.noLonger}</b> no
          longer: they came under it, or are gone.
        </p>
        <ol class="who">
          {value.identity.who.map(row => (
            <li key={row.id}>
              <Shape of={row.severity} />
              <ProviderMark of={row.provider} />
              <a href={link('findings', undefined, row.id)}><Text title>{row.name ?? row.resource}</Text></a>
              <span class="soft detail"><Text title>{row.reason}</Text></span>
              <Ago at={row.opened} now={now} />
            </li>
          ))}
          {value.identity.who.length < value.identity.outside
            ? <li class="soft">and {value.identity.outside - value.identity.who.length} more</li> : null}
          {value.identity.outside === 0 ? <li class="soft">Nobody, as far as the table knows.</li> : null}
        </ol>
      </section>
      <section class="card full" aria-labelledby="recent-title">
        <header><h2 id="recent-title">What happened last</h2></header>
        <ol class="recent">
          {value.recent.slice(0, 20).map(step => (
            <li key={`${step.finding}.${step.revision}`}>
              <Shape of={step.severity} />
              <b>{words(step.step)}</b>
              <ProviderMark of={step.provider} />
              <a href={link('findings', undefined, step.finding)}><span class="mono"><Text>{step.rule}</Text></span> <Text title>{step.resource}</Text></a>
              <span class="soft detail">{step.actor ? <Text title>{step.actor}</Text> : null}</span>
              <Ago at={step.recorded} now={now} />
            </li>
          ))}
          {value.recent.length === 0 ? <li class="soft">Nothing in the last 30 days.</li> : null}
        </ol>
      </section>
    </div>
  );
};
