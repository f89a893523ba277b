/** Names on the HTTP wire beside those of the calls themselves. */
export const edgeNames = {
  /** Which version of the protocol a call is made in; absent: the highest that the server speaks. */
  protocolHeader: 'sealpost-protocol',
  /** `1` at registration, log-in and refresh: the tokens are set as cookies and left out of the body. */
  cookiesHeader: 'sealpost-cookies',
  /** Accompanies what cookies authenticate. */
  csrfHeader: 'x-csrf-token',
  accessCookie: 'sealpost_access',
  refreshCookie: 'sealpost_refresh',
  msgpack: 'application/msgpack',
  json: 'application/json',
} as const;
