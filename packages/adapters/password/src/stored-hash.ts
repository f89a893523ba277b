import { parseOptions, type ParsedHashOptions } from '@node-rs/argon2';

export type StoredHash =
  | { readonly scheme: 'argon2id'; readonly outdated: boolean }
  | { readonly scheme: 'bcrypt' };

/** OWASP's first recommendation for argon2id (Password Storage Cheat Sheet). */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const VERSION_13 = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** What one verification may cost. A hash beyond is refused at import: whoever knows its handle could wear us out. */
const CEILING = { memoryCost: 256 * 1024, timeCost: 16, parallelism: 16, bcryptCost: 14 };
/** Shorter hashes would be guessed, not reversed. */
const LEAST_HASH_BYTES = 16;

const BCRYPT = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;
const LEAST_BCRYPT_COST = 4;

function parsed(hash: string): ParsedHashOptions | null {
  try {
    return parseOptions(hash);
  } catch {
    // Whatever cannot be parsed is of no known scheme.
    return null;
  }
}

/** Cheaper to guess than a hash of today: less memory, or less memory times passes, or shorter salt or output. */
const isWeaker = (options: ParsedHashOptions): boolean =>
  options.memoryCost < ARGON2ID.memoryCost ||
  options.memoryCost * options.timeCost < ARGON2ID.memoryCost * ARGON2ID.timeCost ||
  options.saltLen < SALT_BYTES ||
  options.outputLen < HASH_BYTES ||
  Number(options.version) !== VERSION_13;

function argon2id(hash: string): StoredHash | null {
  const options = parsed(hash);
  if (options === null || options.outputLen < LEAST_HASH_BYTES) return null;
  const affordable =
    options.memoryCost <= CEILING.memoryCost &&
    options.timeCost <= CEILING.timeCost &&
    options.parallelism <= CEILING.parallelism;
  return affordable ? { scheme: 'argon2id', outdated: isWeaker(options) } : null;
}

function bcrypt(hash: string): StoredHash | null {
  const cost = Number(BCRYPT.exec(hash)?.groups?.['cost']);
  return cost >= LEAST_BCRYPT_COST && cost <= CEILING.bcryptCost ? { scheme: 'bcrypt' } : null;
}

/** Null: of an unknown scheme, malformed, or so costly that verifying it would be an attack on the server. */
export function parseStoredHash(hash: string): StoredHash | null {
  return hash.startsWith('$argon2id$') ? argon2id(hash) : bcrypt(hash);
}
