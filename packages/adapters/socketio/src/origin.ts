/**
 * Whether a page of this origin may connect. Browsers always send the header with a WebSocket and let every page open
 * one, cookies included, so it is the server that must refuse (RFC 6455, 10.2). Others send none.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  // A proxy may end TLS before this server, so the scheme is not compared.
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
