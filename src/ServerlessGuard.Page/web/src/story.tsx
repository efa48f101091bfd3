import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Finding, type Plan, type Stages, type Step, type Story } from './api';
import { Actions } from './decide';
import { diff } from './diff';
import { age, plural, safe, span, time, words } from './format';
import { useAnswer } from './live';
import { Glyph, ProviderMark, SeverityMark, StatusMark, Text } from './marks';
import { link } from './route';

/** A finding's whole story, beside the list or, on a phone, instead of it. */
export const StoryPanel = ({ id, version, now, close, person }: { id: string; version?: number; now: number; close: string; person?: string }) => {
  const { value, fault } = useAnswer(`${id}|${version}`, signal => api.story(id, signal));
  const story = value?.finding.id === id ? value : undefined;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
  }, [id]);
  return (
    <aside class="story" aria-label="Finding" ref={box} tabIndex={-1}>
      <header class="story-bar">
        <a class="icon back" href={close} aria-label="Back to the list"><Glyph of="back" /></a>
        <span class="mono soft">{story ? <Text>{story.finding.ruleId}</Text> : null}</span>
        <a class="icon" href={close} aria-label="Close the finding" title="Close (Esc)"><Glyph of="close" /></a>
      </header>
      {story ? <Whole story={story} now={now} person={person} /> : <div class="empty"><p>{fault ?? 'Loading …'}</p></div>}
    </aside>
  );
};

const Whole = ({ story, now, person }: { story: Story; now: number; person?: string }) => {
  const { finding } = story;
  const { resource, treatment } = finding;
  const same = new URLSearchParams({ status: 'all', resource: resource.id });
  return (
    <div class="story-body">
      <h2><Text>{finding.title}</Text></h2>
      <p class="facts"><SeverityMark of={finding.severity} /><StatusMark of={finding.status} treatment={treatment?.state} preview={finding.preview} /><span class="soft">{standing(finding, now)}</span></p>
      <dl class="terms">
        <Term name="Resource"><span class="strong"><Text>{resource.name ?? resource.id}</Text></span> <a class="soft" href={link('findings', same)}>all of it</a></Term>
        <Term name="Id"><span class="mono breakable"><Text>{resource.id}</Text></span> <Copy text={resource.id} /></Term>
        <Term name="Type"><Text>{resource.nativeType}</Text></Term>
        <Term name="Account"><ProviderMark of={resource.provider} /> <Text>{resource.account ?? 'unknown'}</Text>{resource.region ? <span class="soft"> <Text>{resource.region}</Text></span> : null}</Term>
        {finding.actor ? <Term name="Changed by"><Text>{finding.actor}</Text></Term> : null}
        {finding.owner ? <Term name="Owner"><Text>{finding.owner}</Text></Term> : null}
        {finding.exemptionId ? <Term name="Accepted by"><span class="mono"><Text>{finding.exemptionId}</Text></span></Term> : null}
        {finding.preview ? <Term name="Preview">The rule is new: its findings are recorded, and neither told nor fixed.</Term> : null}
        {finding.neverTouch ? <Term name="Never touch">A tag of the resource forbids any change by ServerlessGuard.</Term> : null}
      </dl>
      {story.actions.length > 0 ? <Actions story={story} person={person} /> : null}
      <Part title="What was found">
        <p><Long text={finding.reason} /></p>
        {finding.evidence.length > 0 ? (
          <table class="evidence"><caption class="hidden">Evidence</caption><thead class="hidden"><tr><th scope="col">Where</th><th scope="col">Value</th></tr></thead>
            <tbody>{finding.evidence.map((one, i) => <tr key={i}><th scope="row" class="mono breakable"><Text>{one.path}</Text></th><td class="mono breakable"><Long text={one.value} /></td></tr>)}</tbody></table>
        ) : null}
      </Part>
      {story.why ? <Part title="Why it matters"><p>{story.why}</p>{story.controls.length > 0 ? (
        <details class="controls"><summary>{plural(story.controls.length, 'control')} of outside standards</summary><p>{story.controls.map(one => <span key={one} class="mono">{one}</span>)}</p></details>
      ) : null}</Part> : null}
      {treatment?.plan ? <PlanPart plan={treatment.plan} finding={finding} /> : story.fix ? <Part title="How to fix it"><p class="breakable">{story.fix}</p></Part> : null}
      {treatment && (treatment.detail || treatment.heldBack || !treatment.plan) ? (
        <Part title="What was done">
          <p>{words(treatment.state)[0]!.toUpperCase() + words(treatment.state).slice(1)} {age(now - Date.parse(treatment.at))} ago{treatment.by ? <> by <Text>{treatment.by}</Text></> : null}{treatment.detail ? <>: <Text>{treatment.detail}</Text></> : '.'}</p>
          {treatment.heldBack ? <p class="soft">Not fixed without a person: <Text>{treatment.heldBack}</Text>.</p> : null}
        </Part>
      ) : null}
      <Part title="Timeline"><Timeline steps={story.story} /></Part>
      <StagesPart stages={finding.stages} sweep={finding.detectedBy === 'Sweep'} />
    </div>
  );
};

function standing(finding: Finding, now: number): string {
  const since = finding.status === 'Resolved' && finding.resolvedAt ? `resolved ${age(now - Date.parse(finding.resolvedAt))} ago` : `open since ${time(finding.openedAt)}`;
  return finding.reopened > 0 ? `${since}, came back ${plural(finding.reopened, 'time')}` : since;
}

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => <section class="part"><h3>{title}</h3>{children}</section>;

const Term = ({ name, children }: { name: string; children: ComponentChildren }) => <div><dt>{name}</dt><dd>{children}</dd></div>;

const cut = 600;

/** Text of any length: the beginning, and the rest on demand. */
const Long = ({ text }: { text: string }) => {
  const [whole, setWhole] = useState(false);
  return text.length <= cut || whole ? <Text>{text}</Text>
    : <><Text>{text.slice(0, cut) + '…'}</Text> <button type="button" class="plain" onClick={() => setWhole(true)}>all {text.length.toLocaleString('en')} characters</button></>;
};

const Copy = ({ text }: { text: string }) => {
  const [done, setDone] = useState(false);
  return (
    <button type="button" class="icon small" aria-label="Copy the id" title="Copy" onClick={() => void navigator.clipboard?.writeText(text).then(() => setDone(true))}>
      {done ? <span role="status">copied</span> : <Glyph of="copy" />}
    </button>
  );
};

const risks: Record<Plan['risk'], string> = {
  None: 'Reversible; nobody with legitimate access is locked out.',
  Availability: 'Reversible, but clients may lose access.',
  Irreversible: 'It cannot be undone.',
};

const PlanPart = ({ plan, finding }: { plan: Plan; finding: Finding }) => (
  <Part title={finding.treatment?.state === 'Fixed' || finding.treatment?.state === 'Undone' ? 'The fix' : 'The plan'}>
    <p><Text>{plan.sentence}</Text></p>
    <pre class="diff" tabIndex={0} aria-label="Before and after">{diff(plan.before, plan.after).map((line, i) => <span key={i} class={line.mark === '+' ? 'added' : line.mark === '-' ? 'removed' : undefined}><i>{line.mark}</i> {safe(line.text)}{'\n'}</span>)}</pre>
    <dl class="terms">
      <Term name="Call"><span class="mono breakable"><Text>{plan.call}</Text></span></Term>
      <Term name="Needs"><span class="mono breakable"><Text>{plan.permissions.join(', ')}</Text></span></Term>
      <Term name="Risk">{risks[plan.risk]}</Term>
    </dl>
  </Part>
);

const Timeline = ({ steps }: { steps: Step[] }) => (
  <ol class="timeline">
    {[...steps].reverse().map(step => (
      <li key={step.revision} class={`step-${step.step.toLowerCase()}`}>
        <p><b>{words(step.step)}</b>{step.actor ? <> by <Text>{step.actor}</Text></> : null} <time class="soft" dateTime={step.at} title={`recorded ${time(step.recorded)}`}>{time(step.at)}</time></p>
        {step.detail ? <p class="soft breakable"><Text>{step.detail}</Text></p> : null}
      </li>
    ))}
  </ol>
);

const stageNames = ['captured', 'delivered', 'evaluated', 'recorded', 'remediated', 'federated', 'notified'] as const;

/** Each stage that was passed, with how long it took after the one before it. */
const StagesPart = ({ stages, sweep }: { stages: Stages; sweep: boolean }) => {
  const passed = stageNames.filter(name => stages[name]).map(name => ({ name, at: Date.parse(stages[name]!) })).sort((a, b) => a.at - b.at);
  return passed.length === 0 ? null : (
    <Part title="Stages of the last change">
      <ol class="stages">
        {passed.map((stage, i) => (
          <li key={stage.name}><span>{stage.name}</span><b>{i === 0 ? time(new Date(stage.at).toISOString()) : '+' + span(stage.at - passed[i - 1]!.at)}</b></li>
        ))}
      </ol>
      {sweep ? <p class="soft">Found by the sweep: the time between capture and delivery says nothing about events.</p> : null}
    </Part>
  );
};

