import { createHash } from 'node:crypto';
import type { PasswordHasher } from '@sealpost/domain';

const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');

/** As quick as a test wants it. */
export class TestPasswords implements PasswordHasher {
  hash: PasswordHasher['hash'] = async (password) => hashOf(password);
  verify: PasswordHasher['verify'] = async (password, hash) =>
    hashOf(password) === hash ? 'match' : 'mismatch';
  verifyNothing: PasswordHasher['verifyNothing'] = async () => 'mismatch';
  accepts: PasswordHasher['accepts'] = () => true;
}
