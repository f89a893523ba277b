import type { NotFound } from '../conversation/refusal.ts';

/** The same answer for an unknown handle and a wrong password. */
export interface WrongCredentials {
  readonly code: 'wrong_credentials';
}
export interface InvalidHandle {
  readonly code: 'invalid_handle';
}
export interface InvalidPassword {
  readonly code: 'invalid_password';
  readonly minimumLength: number;
  readonly maximumBytes: number;
}
export interface TooManyPending {
  readonly code: 'too_many_pending';
  readonly limit: number;
}
/** The certificate is not a signature of the account key over this device. */
export interface BadCertificate {
  readonly code: 'bad_certificate';
}

export type RegisterRefusal = InvalidHandle | InvalidPassword | { readonly code: 'handle_taken' };
export type LogInRefusal =
  | WrongCredentials
  | TooManyPending
  | { readonly code: 'bad_proof' }
  | { readonly code: 'device_revoked' };
export type RefreshRefusal = { readonly code: 'invalid_token' };
export type CertifyRefusal =
  | BadCertificate
  | { readonly code: 'has_key' }
  | { readonly code: 'not_pending' };
export type LinkRefusal =
  | NotFound
  | BadCertificate
  | { readonly code: 'not_pending' }
  | { readonly code: 'not_published' }
  | { readonly code: 'already_offered' }
  | { readonly code: 'no_offer' }
  | { readonly code: 'not_revealed' }
  | { readonly code: 'not_certified' }
  | { readonly code: 'too_many_devices'; readonly limit: number }
  | { readonly code: 'too_large'; readonly limitBytes: number; readonly actualBytes: number };
