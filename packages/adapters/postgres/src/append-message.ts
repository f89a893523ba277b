import type { Append } from '@sealpost/domain';
import { layOut } from './parts-layout.ts';
import type { Value } from './statement.ts';

/** Whether a flush is one message and nothing else, which `append_message` takes by plain statements. */
export const isOneMessage = ([item, ...others]: readonly Append[]): boolean =>
  others.length === 0 &&
  item?.draft.kind === 'message' &&
  item.draft.change === null &&
  item.basis > 0 &&
  item.supersedes === null;

/** The arguments of `append_message`, in its order. */
export function appendMessageArguments({ draft, parts, basis, now }: Append): Value[] {
  const stored = layOut(parts);
  return [
    draft.conversation,
    basis,
    now,
    draft.class,
    draft.generation,
    draft.epoch,
    draft.sender.account,
    draft.sender.device,
    draft.clientId,
    draft.after,
    draft.blobs.length === 0 ? null : JSON.stringify(draft.blobs),
    stored.layout,
    draft.digest,
    Buffer.concat(stored.common),
    stored.joiners === null ? null : Buffer.concat(stored.joiners),
  ];
}
