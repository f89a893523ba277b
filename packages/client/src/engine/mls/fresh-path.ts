import { sameBytes } from '../bytes.ts';
import { leafAt } from './leaves.ts';
import type { Leaf, Opened } from './views.ts';

/**
 * Whether a commit that has to carry an update path did (F1): whoever was removed knows all old secrets. A path replaces
 * the committer's encryption key, and that can be seen whatever the library checks. An external commit is nothing
 * without its path.
 */
export function hasFreshPath(
  { needsPath, active, sender }: Extract<Opened, { kind: 'commit' }>,
  before: readonly Leaf[],
  after: readonly Leaf[],
): boolean {
  if (!needsPath || !active || sender === null) return true;
  const [old, fresh] = [leafAt(before, sender), leafAt(after, sender)];
  return old !== null && fresh !== null && !sameBytes(old.encryptionKey, fresh.encryptionKey);
}
