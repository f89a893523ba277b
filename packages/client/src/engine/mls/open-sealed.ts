import { readBinding, type Bound } from '../binding.ts';
import type { Binding, Bytes, UndecryptableReason } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { MAX_FORWARD_STEPS } from './limits.ts';
import { isNamed } from './leaves.ts';
import { leafOf, viewSender, type Epoch, type SealedMessage } from './ts-mls.ts';
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
  if (binding === null) return { ok: false, reason: 'bad_auth' };
  const { opened, epoch } = await open(keys, sealed);
  if (opened.kind !== 'message') return { ok: false, reason: await reasonFor(keys, sealed) };
  const sender = leafOf(keys, opened.sender);
  if (!sender || !isNamed(sender, bound.sender)) return { ok: false, reason: 'bad_auth' };
  return { ok: true, plaintext: opened.plaintext, parent: binding.parent, keys: epoch };
}

/** Why the library did not open it, which it does not tell: it goes no further back or ahead than this. */
async function reasonFor(keys: Epoch, sealed: SealedMessage): Promise<UndecryptableReason> {
  const view = await attempt(() => viewSender(keys, sealed));
  if (view === null) return 'bad_auth';
  if (view.generation < view.awaited) return 'consumed';
  return view.generation - view.awaited > MAX_FORWARD_STEPS ? 'fork' : 'bad_auth';
}
