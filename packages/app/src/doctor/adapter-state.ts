import { AdapterFailure, type Finding } from '@sealpost/domain';
import type { OpenedAdapter, Use } from '../backends/backends.ts';
import { error } from './part.ts';

/** How an open adapter is. */
export interface AdapterState {
  readonly name: string;
  readonly families: readonly Use[];
  readonly findings: readonly Finding[];
  /** The deployment's keys that sign access tokens; null: it does not hold them, or they cannot be read. */
  readonly signingKeys: { readonly count: number; readonly newest: number } | null;
  /** Steps that a server takes when it starts. */
  readonly dueAtStart: number;
}

export async function stateOf({ name, families, adapter }: OpenedAdapter): Promise<AdapterState> {
  const findings = await adapter.health();
  const state = { name, families, findings, signingKeys: null, dueAtStart: 0 };
  // What does not answer cannot tell more.
  if (findings.some(({ severity }) => severity === 'error')) return state;
  try {
    const due = (await adapter.preparation?.due()) ?? [];
    if (due.length === 0)
      return { ...state, signingKeys: await signingKeysOf({ families, adapter }) };
    if (adapter.preparation?.atStart === true) return { ...state, dueAtStart: due.length };
    return { ...state, findings: [...findings, preparationDue(name, due)] };
  } catch (fault) {
    return { ...state, findings: [...findings, failed(name, fault)] };
  }
}

const preparationDue = (name: string, due: readonly string[]): Finding =>
  error(
    'preparation_due',
    `${name} is not prepared for this release: ${due.join(', ')} ${due.length === 1 ? 'is' : 'are'} due. A server does not start.`,
    'Run sealpost migrate.',
  );

function failed(name: string, fault: unknown): Finding {
  const detail = fault instanceof AdapterFailure ? fault.detail : 'a bug of the adapter';
  return detail === 'schema_is_newer'
    ? error(
        'preparation_newer',
        `${name} was prepared by a newer release than this one, which must not write to it.`,
        'Update this server.',
      )
    : error(
        'adapter_failed',
        `${name} failed (${detail}).`,
        'Ask again; if it stays so, report it.',
      );
}

async function signingKeysOf({
  families,
  adapter,
}: Pick<OpenedAdapter, 'families' | 'adapter'>): Promise<AdapterState['signingKeys']> {
  const { storage } = adapter.ports;
  if (storage === undefined || !families.includes('storage')) return null;
  const keys = await storage.signingKeys.list();
  return { count: keys.length, newest: Math.max(0, ...keys.map(({ createdAt }) => createdAt)) };
}
