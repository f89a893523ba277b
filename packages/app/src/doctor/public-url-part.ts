import type { Finding } from '@sealpost/domain';
import { warning } from '../config/check/warning.ts';
import type { Config } from '../config/schema.ts';
import { codeOf, consult, get, isAlive, type Reply } from './ask.ts';
import { judgeAddress, strangeAddress } from './client-address.ts';
import { consultationPaths, type SeenAddress } from './consultation.ts';
import type { LocalServer } from './local-server.ts';
import type { Machine } from './machine.ts';
import { error, type ExaminedPart, found } from './part.ts';
import type { Proof } from './proof.ts';

const limitMs = 3_000;
const day = 24 * 60 * 60_000;
const certificateDays = 14;
/** The header has whole seconds, and was on its way. */
const skewMs = 6_000;

/** Whether clients get through to this deployment, and to the server as whom they are. Null: no address is given. */
export async function examinePublicUrl(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  local: LocalServer,
  proof: Proof | null,
  machine: Machine,
): Promise<ExaminedPart | null> {
  if (publicUrl === null) return null;
  const part = 'public URL';
  const at = (path: string): URL => new URL(path, publicUrl);
  const runs = local.is === 'ours';
  try {
    const alive = await get(at('/healthz'), { limitMs });
    if (!isAlive(alive))
      return { part, is: publicUrl, findings: [wrongAnswer(alive, publicUrl, runs)] };
    const [address, socket] = await Promise.all([
      addressBy(at(consultationPaths.address), proof),
      socketBy(at('/socket.io/?EIO=4&transport=websocket')),
    ]);
    const ofThis = [certificateOf(alive, machine), clockOf(alive, machine)];
    return { part, is: publicUrl, findings: found([address, socket, ...ofThis]) };
  } catch (fault) {
    return { part, is: publicUrl, findings: [noAnswer(codeOf(fault), publicUrl, runs)] };
  }
}

/** What follows from no server of ours running is nobody's fault yet. */
const ifServed = (runs: boolean, finding: Finding): Finding =>
  runs ? finding : { ...finding, severity: 'warning' };

function wrongAnswer({ status }: Reply, publicUrl: string, runs: boolean): Finding {
  if ([502, 503, 504].includes(status))
    return ifServed(
      runs,
      error(
        'proxy_reaches_no_server',
        `At ${publicUrl} a proxy answers ${status}: it reaches no server.`,
        runs
          ? 'Have the proxy pass requests to the host and port of this server.'
          : 'Start the server, and ask again.',
      ),
    );
  return error(
    'public_url_of_something_else',
    `${publicUrl} answers (${status}), and is no Sealpost server.`,
    'Give the address by which clients reach this server as publicUrl, or have the proxy pass all paths on.',
  );
}

function noAnswer(code: string, publicUrl: string, runs: boolean): Finding {
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|EPROTO|VERIFY/.test(code);
  return isTls
    ? error(
        'tls_certificate_refused',
        `The certificate of ${publicUrl} is not accepted (${code}): clients do not connect.`,
        'Have the proxy serve a valid certificate for this name, with all that it was signed by.',
      )
    : ifServed(
        runs,
        error(
          'public_url_unreachable',
          `${publicUrl} does not answer from here (${code}).`,
          runs
            ? 'See that its name is known, that the proxy runs, and that publicUrl has the right port.'
            : 'Start the server and the proxy, and ask again.',
        ),
      );
}

async function addressBy(url: URL, proof: Proof | null): Promise<Finding | null> {
  const headers = { 'x-forwarded-for': strangeAddress };
  const { reply, answer } = proof
    ? await consult<SeenAddress>(url, proof, { headers, limitMs })
    : { reply: null, answer: null };
  return reply && answer
    ? judgeAddress(answer, reply.local)
    : error(
        'public_url_of_another_deployment',
        'publicUrl reaches a Sealpost server that has another secret than this configuration, or is of another release.',
        'Give the address of this deployment as publicUrl; cookies.secret is the same in all its processes.',
      );
}

/** A real upgrade, until the server's first frame comes through. */
async function socketBy(url: URL): Promise<Finding | null> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('a doctor, sixteen'.slice(0, 16)).toString('base64'),
  };
  const outcome = await get(url, { headers, limitMs }).then(
    ({ upgraded, status }) => (upgraded ? null : `answered ${status}`),
    (fault: unknown) => `no answer, ${codeOf(fault)}`,
  );
  return outcome === null
    ? null
    : error(
        'websocket_blocked',
        `WebSockets do not get through the proxy (${outcome}): clients can log in, and are never told of anything.`,
        'Have the proxy pass upgrades on: HTTP/1.1 to the server, with the headers Upgrade and Connection.',
      );
}

function certificateOf({ certificateEnds }: Reply, { clock }: Machine): Finding | false {
  if (certificateEnds === null) return false;
  const left = Math.floor((certificateEnds - clock.now()) / day);
  return (
    left < certificateDays &&
    warning(
      'tls_certificate_ends',
      `The certificate of publicUrl ends in ${left} days.`,
      'See why it was not renewed.',
    )
  );
}

function clockOf({ date }: Reply, { clock }: Machine): Finding | false {
  const skew = date === null ? 0 : Math.abs(date - clock.now());
  return (
    skew > skewMs &&
    warning(
      'clock_skewed_here',
      `The clock of this machine and that of what answers at publicUrl are ${Math.round(skew / 1_000)} s apart.`,
      'Have both keep time by NTP.',
    )
  );
}
