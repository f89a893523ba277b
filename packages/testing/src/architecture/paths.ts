import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a path, or anything that a pattern matches, is in the workspace. */
export function existsOrMatches(root: string, path: string): boolean {
  return path.includes('*')
    ? globSync(path, { cwd: root }).length > 0
    : existsSync(join(root, path));
}
