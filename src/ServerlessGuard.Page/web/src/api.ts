// What the server answers: its side of it is Answers.cs.

export type Severity = 'Critical' | 'High' | 'Medium' | 'Low';
export type Status = 'Open' | 'Suppressed' | 'Resolved';
export type Provider = 'Aws' | 'Azure';
export type Treatment =
  | 'Proposed' | 'AwaitingApproval' | 'Approved' | 'Rejected' | 'Applying' | 'Fixed' | 'AlreadyDone' | 'Refused' | 'Failed' | 'Undone' | 'Escalated' | 'Undoing' | 'Expired';
export type CommandKind = 'Approve' | 'Reject' | 'Undo' | 'Exempt' | 'Revoke';
export type SyncState = 'InSync' | 'Behind' | 'Differs' | 'Unseen' | 'Alone';

export interface SeverityCounts { critical: number; high: number; medium: number; low: number }
export interface SyncView {
  provider: Provider; state: SyncState; waiting: number; more: boolean; oldest?: string; fault?: string; setAside: number; differing: string[];
}
export interface State {
  version: number; now: string; table: string; peer?: string; person?: string;
  loading: { complete: boolean; history: boolean; rows: number; of: number; unreadable: number };
  counts: { open: SeverityCounts; suppressed: number; resolved: number };
  accounts: { id: string; provider: Provider; open: SeverityCounts }[];
  rules: Rule[]; sync: SyncView[]; fault?: string;
}
export interface Rule { id: string; title: string }
export interface Row {
  id: string; rule: string; title: string; reason: string; severity: Severity; status: Status; treatment?: Treatment; preview?: boolean; provider: Provider; account: string;
  type: string; resource: string; name?: string; region?: string; opened: string; changed: string;
}
export interface Findings { version: number; total: number; offset: number; rows: Row[] }
export interface Group { key: string; label: string; total: number; counts: SeverityCounts }
export interface Groups { version: number; total: number; count: number; groups: Group[] }
export interface Step {
  finding: string; rule: string; resource: string; provider: Provider; step: string; revision: number; at: string; recorded: string; status: Status; severity: Severity;
  actor?: string; detail?: string;
}
export interface Latency { stage: string; after: string; count: number; p50?: number; p95?: number; max?: number }
export interface Overview {
  version: number;
  trend: { minutes: number; points: { at: string; open: SeverityCounts }[] };
  latency: Latency[];
  heat: { accounts: number; rules: Rule[]; rows: { account: string; cells: ({ count: number; worst: Severity } | null)[] }[] };
  sync: SyncView[]; recent: Step[];
  identity: { outside: number; accepted: number; noLonger: number; who: Row[] };
}
export interface Plan {
  id: string; sentence: string; before: string; after: string; call: string; permissions: string[]; risk: 'None' | 'Availability' | 'Irreversible'; plannedAt: string;
}
export interface Stages { captured?: string; delivered?: string; evaluated?: string; recorded?: string; remediated?: string; federated?: string; notified?: string }
export interface Finding {
  id: string; ruleId: string; title: string; severity: Severity; status: Status; reason: string; evidence: { path: string; value: string }[]; revision: number;
  resource: { provider: Provider; nativeType: string; id: string; account?: string; region?: string; name?: string };
  capturedAt: string; openedAt: string; resolvedAt?: string; reopened: number; detectedBy: 'Change' | 'Sweep'; actor?: string; owner?: string; remediation?: string;
  treatment?: { state: Treatment; plan?: Plan; at: string; detail?: string; by?: string; heldBack?: string };
  neverTouch?: boolean; preview?: boolean; exemptionId?: string; stages: Stages;
}
export interface Story {
  finding: Finding; account: string; why?: string; fix?: string; exemptWhen?: string; controls: string[]; story: Step[]; actions: CommandKind[];
}
export interface Decision { id: string; state: 'Pending' | 'Done' | 'Refused'; outcome?: string }

/** The server said no, in a sentence; 0: it did not answer. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const keyName = 'guard-key';

/** The printed address holds the key of this run behind the #. It is kept for this origin and taken out of the address bar. */
export function takeKey(): void {
  const found = /^#key=([0-9a-f]+)$/.exec(location.hash);
  if (found) {
    localStorage.setItem(keyName, found[1]!);
    history.replaceState(null, '', location.pathname);
  }
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`api/${path}`, { ...init, headers: { 'X-Guard-Key': localStorage.getItem(keyName) ?? '', ...init.headers } });
  } catch (fault) {
    if (init.signal?.aborted) {
      throw fault;
    }
    throw new Refusal(0, 'The server does not answer.');
  }
  const body = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
  if (!answer.ok) {
    throw new Refusal(answer.status, body.error ?? `The server answered ${answer.status}.`);
  }
  return body as T;
}

const get = <T>(path: string, signal?: AbortSignal) => ask<T>(path, signal ? { signal } : {});

export const api = {
  state: (signal?: AbortSignal) => get<State>('state', signal),
  changes: (after: number, signal?: AbortSignal) => get<{ version: number }>(`changes?after=${after}&wait=20`, signal),
  findings: (query: URLSearchParams, offset: number, limit: number, signal?: AbortSignal) => get<Findings>(`findings?${query}&offset=${offset}&limit=${limit}`, signal),
  groups: (query: URLSearchParams, by: string, signal?: AbortSignal) => get<Groups>(`groups?${query}&by=${by}`, signal),
  story: (id: string, signal?: AbortSignal) => get<Story>(`finding?id=${encodeURIComponent(id)}`, signal),
  overview: (range: string, signal?: AbortSignal) => get<Overview>(`overview?range=${range}`, signal),
  command: (account: string, id: string) => get<Decision>(`command?account=${encodeURIComponent(account)}&id=${id}`),
  decide: (decision: { finding: string; kind: CommandKind; revision: number; reason?: string; days?: number }) =>
    ask<Decision>('commands', { method: 'POST', body: JSON.stringify(decision), headers: { 'Content-Type': 'application/json' } }),
};
