import type { Records, Step } from '../engine.port.ts';
import { dropStaged, loadStaged, promoteStaged } from './group-record.ts';

export async function settle(
  records: Records,
  conversation: string,
  clientId: string,
  outcome: { readonly accepted: true; readonly seq: number } | { readonly accepted: false },
): Promise<Step<boolean>> {
  const staged = await loadStaged(records, conversation);
  if (staged?.clientId !== clientId) return { result: false, writes: new Map() };
  return {
    result: true,
    writes: outcome.accepted
      ? await promoteStaged(records, conversation, staged, outcome.seq)
      : dropStaged(conversation),
  };
}
