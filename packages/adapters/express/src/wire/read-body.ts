import type { IncomingMessage } from 'node:http';
import { ok, refuse, type Result } from '@sealpost/domain';
import type { WireRefusal } from '@sealpost/protocol';

/** How many bytes of body the headers announce; null: unknown. */
export function announcedBytes({ headers }: IncomingMessage): number | null {
  if (headers['transfer-encoding'] !== undefined) return null;
  return Number(headers['content-length'] ?? 0);
}

/** Reads a body of at most `limitBytes`; of a larger one no more than shows that it is. Rejects when the client goes away. */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Result<Uint8Array, WireRefusal>> {
  const announced = announcedBytes(request) ?? 0;
  if (announced > limitBytes)
    return refuse({ code: 'too_large', limitBytes, actualBytes: announced });
  const chunks: Uint8Array[] = [];
  let actualBytes = 0;
  // By itself the iterator would destroy the connection, and with it the answer, when the loop is left.
  for await (const chunk of request.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Uint8Array>) {
    actualBytes += chunk.length;
    if (actualBytes > limitBytes) return refuse({ code: 'too_large', limitBytes, actualBytes });
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}
