import { randomBytes } from 'node:crypto';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type Answer, questionHeader } from './consultation.ts';
import type { Proof } from './proof.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** By the server's clock; null: it does not say. */
  readonly date: number | null;
  /** The end of the connection that is here. */
  readonly local: { readonly address: string; readonly port: number };
  /** When the certificate ends; null: no TLS. */
  readonly certificateEnds: number | null;
  /** The first bytes that came on a connection that was upgraded. */
  readonly upgraded: boolean;
}

interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

const longest = 1024 * 1024;

/** Asks a URL on a connection of its own. Rejects with the system's code, `TIMEOUT` when nothing comes. */
export function get(url: URL, { headers = {}, limitMs }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? secure : plain)(url, { headers, agent: false });
    const timer = setTimeout(
      () => request.destroy(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })),
      limitMs,
    );
    request.once('close', () => clearTimeout(timer));
    request.once('error', reject);
    const reply = (from: Pick<Reply, 'status' | 'text' | 'upgraded'>, date?: string): void => {
      const { localAddress: address = '', localPort: port = 0 } = request.socket ?? {};
      const peer = (request.socket as TLSSocket | null)?.getPeerCertificate?.();
      resolve({
        ...from,
        date: date === undefined ? null : Date.parse(date),
        local: { address, port },
        certificateEnds: peer?.valid_to === undefined ? null : Date.parse(peer.valid_to),
      });
      request.destroy();
    };
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < longest) text += chunk;
      });
      const { statusCode: status = 0 } = response;
      response.once('error', reject);
      response.once('end', () => reply({ status, text, upgraded: false }, response.headers.date));
    });
    request.once('upgrade', (response, socket, head) => {
      const { statusCode: status = 0 } = response;
      const came = (): void => reply({ status, text: '', upgraded: true });
      socket.once('error', reject);
      if (head.length > 0) came();
      else socket.once('data', came);
    });
    request.end();
  });
}

/** Puts a doctor's question. Null in `answer`: who answered is no server of this deployment. */
export async function consult<Body>(
  url: URL,
  proof: Proof,
  { headers = {}, limitMs }: Question,
): Promise<{ readonly reply: Reply; readonly answer: Answer<Body> | null }> {
  const question = randomBytes(16).toString('hex');
  const asked = { ...headers, [questionHeader]: `${question}.${proof.of('question', question)}` };
  const reply = await get(url, { headers: asked, limitMs });
  const answer = reply.status === 200 ? answerIn<Body>(reply.text) : null;
  const isOurs = answer !== null && proof.holds('answer', question, String(answer.proof));
  return { reply, answer: isOurs ? answer : null };
}

function answerIn<Body>(text: string): Answer<Body> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' ? (parsed as Answer<Body> | null) : null;
  } catch {
    // A page of something else.
    return null;
  }
}

/** Whether `/healthz` was answered by a Sealpost server, of whatever deployment. */
export const isAlive = ({ status, text }: Reply): boolean =>
  status === 200 && answerIn<{ readonly status?: unknown }>(text)?.status === 'alive';

export const codeOf = (fault: unknown): string =>
  fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
