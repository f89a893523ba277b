import { SEAL_INFO, type SealKeys } from './seal-keys.ts';

/** By Web Crypto: wherever the SDK runs. */
export const webSealKeys: SealKeys = async (storeKey, salt) => {
  const bytes = new Uint8Array(storeKey);
  const from = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(salt), info: new Uint8Array(SEAL_INFO) },
    from,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
  const gcm = (nonce: Uint8Array, associated: Uint8Array): AesGcmParams => ({
    name: 'AES-GCM',
    iv: new Uint8Array(nonce),
    additionalData: new Uint8Array(associated),
  });
  return {
    encrypt: async (nonce, associated, value) =>
      new Uint8Array(
        await crypto.subtle.encrypt(gcm(nonce, associated), key, new Uint8Array(value)),
      ),
    decrypt: (nonce, associated, sealed) =>
      crypto.subtle.decrypt(gcm(nonce, associated), key, new Uint8Array(sealed)).then(
        (value) => new Uint8Array(value),
        (error: unknown) => {
          if (error instanceof DOMException && error.name === 'OperationError') return null;
          throw error;
        },
      ),
  };
};
