import { readBinding, type Bound } from '../binding.ts';
import type { Binding, Bytes, UndecryptableReason } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { MAX_FORWARD_STEPS } from './limits.ts';
import { isNamed, leafAt } from './leaves.ts';
import { leavesOf, viewSender, type Epoch, type SealedMessage } from './ts-mls.ts';
import { open } from './ts-mls-open.ts';

export type OpenedSealed =
  | {
      readonly ok: true;
      readonly plaintext: Bytes;
      readonly parent: Binding['parent'];
      readonly keys: Epoch;
    }
  | { readonly ok: false; readonly reason: UndecryptableReason };

/** An application message of `bound.sender`, bound to `bound` and to nothing else. */
export async function openSealed(
  keys: Epoch,
  sealed: SealedMessage,
  bound: Bound,
): Promise<OpenedSealed> {
  const binding = await readBinding(sealed.privateMessage.authenticatedData, bound);
  const view = await attempt(() => viewSender(keys, sealed));
  if (binding === null || view === null) return { ok: false, reason: 'bad_auth' };
  if (view.generation < view.awaited) return { ok: false, reason: 'consumed' };
  if (view.generation - view.awaited > MAX_FORWARD_STEPS) return { ok: false, reason: 'fork' };
  const { opened, epoch } = await open(keys, sealed);
  const sender = opened.kind === 'message' && leafAt(leavesOf(keys), opened.sender);
  if (opened.kind !== 'message' || !sender || !isNamed(sender, bound.sender)) {
    return { ok: false, reason: 'bad_auth' };
  }
  return { ok: true, plaintext: opened.plaintext, parent: binding.parent, keys: epoch };
}
