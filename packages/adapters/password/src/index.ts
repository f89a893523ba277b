export { Argon2PasswordHasher, type PasswordOptions } from './argon2-password-hasher.ts';
