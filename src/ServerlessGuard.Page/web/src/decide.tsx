import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type CommandKind, type Decision, type Story } from './api';
import { safe } from './format';
import { Text } from './marks';

const texts: Record<CommandKind, { verb: string; asks: string; tone: 'go' | 'stop' | '' }> = {
  Approve: { verb: 'Approve the fix', asks: 'The plan below is made again from the live state and then applied.', tone: 'go' },
  Reject: { verb: 'Reject', asks: 'This plan is not proposed again as long as it stays the same.', tone: '' },
  Undo: { verb: 'Undo the fix', asks: 'The previous state is restored, unless somebody has changed the resource since.', tone: 'stop' },
  Exempt: { verb: 'Exempt', asks: 'The finding is suppressed until the exemption ends.', tone: '' },
  Revoke: { verb: 'End the exemption', asks: 'The finding reopens at the next evaluation.', tone: '' },
};

const every = 1000;

/** What a person may decide. A decision is written down here and carried out by the cloud that owns the resource. */
export const Actions = ({ story, person }: { story: Story; person?: string }) => {
  const [asked, setAsked] = useState<CommandKind>();
  const [sent, setSent] = useState<{ kind: CommandKind; decision: Decision }>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    setSent(undefined);
    setFault(undefined);
  }, [story.finding.id]);

  useEffect(() => {
    if (sent?.decision.state !== 'Pending') {
      return;
    }
    const timer = setTimeout(() => {
      api.command(story.account, sent.decision.id).then(decision => setSent({ kind: sent.kind, decision }), () => setSent({ ...sent }));
    }, every);
    return () => clearTimeout(timer);
  }, [sent]);

  const decide = (reason?: string, days?: number) => {
    const kind = asked!;
    setAsked(undefined);
    setFault(undefined);
    api.decide({ finding: story.finding.id, kind, revision: story.finding.revision, reason, days })
      .then(decision => setSent({ kind, decision }), refused => setFault((refused as Error).message));
  };

  const waits = sent?.decision.state === 'Pending';
  return (
    <section class="actions" aria-label="Decisions">
      <div class="buttons">
        {story.actions.map(kind => <button type="button" key={kind} class={`button ${texts[kind].tone}`} disabled={waits} onClick={() => setAsked(kind)}>{texts[kind].verb}</button>)}
      </div>
      {sent ? <p role="status" class={sent.decision.state === 'Refused' ? 'bad' : 'soft'}>{outcome(sent.kind, sent.decision, story)}</p> : null}
      {fault ? <p role="alert" class="bad">Not recorded: {safe(fault)}.</p> : null}
      {asked ? <Confirm kind={asked} person={person} story={story} decide={decide} close={() => setAsked(undefined)} /> : null}
    </section>
  );
};

function outcome(kind: CommandKind, decision: Decision, story: Story): string {
  switch (decision.state) {
    case 'Pending': return `${texts[kind].verb}: recorded. ${story.finding.resource.provider === 'Aws' ? 'AWS' : 'Azure'} carries it out.`;
    case 'Done': return `Done${decision.outcome ? ': ' + safe(decision.outcome) : ''}.`;
    case 'Refused': return `Not carried out${decision.outcome ? ': ' + safe(decision.outcome) : ''}.`;
  }
}

const Confirm = ({ kind, person, story, decide, close }: { kind: CommandKind; person?: string; story: Story; decide: (reason?: string, days?: number) => void; close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [days, setDays] = useState(30);
  useEffect(() => dialog.current?.showModal(), []);
  const exempts = kind === 'Exempt';
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={close}>
      <form method="dialog" onSubmit={event => { event.preventDefault(); decide(reason.trim() || undefined, exempts ? days : undefined); }}>
        <h2 id="confirm-title">{texts[kind].verb}?</h2>
        <p><Text>{story.finding.title}</Text>: <span class="mono breakable"><Text>{story.finding.resource.name ?? story.finding.resource.id}</Text></span></p>
        <p class="soft">{texts[kind].asks}{exempts && story.exemptWhen ? ` When to: ${story.exemptWhen}` : ''}</p>
        {exempts ? <label class="field"><span>Days</span><input type="number" min={1} max={90} required value={days} onInput={event => setDays(event.currentTarget.valueAsNumber)} /></label> : null}
        <label class="field"><span>Reason{exempts ? '' : ' (optional)'}</span><textarea rows={2} maxLength={500} required={exempts} value={reason} onInput={event => setReason(event.currentTarget.value)} /></label>
        <p class="soft">Recorded in the name of <b><Text>{person ?? ''}</Text></b>.</p>
        <div class="buttons end">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>Cancel</button>
          <button type="submit" class={`button ${texts[kind].tone || 'go'}`}>{texts[kind].verb}</button>
        </div>
      </form>
    </dialog>
  );
};
