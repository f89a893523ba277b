import { setTimeout as delay } from 'node:timers/promises';
import type { Express } from 'express';
import type { EdgeLog } from '../edge-record.ts';
import type { EdgeOptions } from '../options.ts';
import { reportFault } from '../report-fault.ts';

/** Something that must be so before the server can do its work; `detail` says in a word why it is not. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** The server is ready when every check is ok. */
export interface ReadinessReport {
  readonly checks: readonly ReadinessCheck[];
}

export interface Probes {
  readonly ready: () => Promise<ReadinessReport>;
  /** What is measured, in the format that `contentType` names. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

async function readiness(
  ready: Probes['ready'],
  timeoutMs: number,
  log: EdgeLog,
): Promise<ReadinessReport> {
  const waiting = new AbortController();
  const failed = (detail: string): ReadinessReport => ({
    checks: [{ name: 'readiness', ok: false, detail }],
  });
  try {
    const late = delay(timeoutMs, failed('no answer in time'), { signal: waiting.signal });
    // Its only rejection is the abort below, when the answer came first.
    late.catch(() => undefined);
    return await Promise.race([ready(), late]);
  } catch (thrown) {
    return failed(reportFault(thrown, 'readyz', log).code);
  } finally {
    waiting.abort();
  }
}

/** For whoever watches the server: whether it lives, whether it can work, and its figures. */
export function serveHealth(
  app: Express,
  probes: Probes,
  { readyTimeoutMs }: EdgeOptions,
  log: EdgeLog,
): void {
  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }));

  app.get('/readyz', async (_, response) => {
    const { checks } = await readiness(probes.ready, readyTimeoutMs, log);
    const isReady = checks.every(({ ok }) => ok);
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', checks });
  });

  app.get('/metrics', async (_, response) => {
    const { text, contentType } = await probes.metrics();
    response.type(contentType).send(text);
  });
}
