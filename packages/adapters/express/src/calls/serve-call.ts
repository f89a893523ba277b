import type { Result } from '@sealpost/domain';
import { type Call, type CallName, calls } from '@sealpost/protocol';
import { askerOf, handlerOf, networkOf, type Refused } from '@sealpost/protocol/edge';
import type { Request, Response } from 'express';
import { RequestCookies } from '../cookies/request-cookies.ts';
import { reportFault, retryAfterMs } from '../report-fault.ts';
import { respond, respondRefusal } from '../wire/respond.ts';
import { callerOf } from './caller-of.ts';
import { checkVersion } from './check-version.ts';
import type { Edge } from './edge.ts';
import { withInput } from './input-of.ts';

/** Cheap checks come first: nobody’s body is read before it is known that they may send it. */
async function outcomeOf(
  name: CallName,
  request: Request,
  response: Response,
  edge: Edge,
): Promise<Result<unknown, Refused>> {
  const call: Call = calls[name];
  const version = checkVersion(request.headers['sealpost-protocol']);
  if (!version.ok) return version;
  const cookies = new RequestCookies(edge.jar, request, response);
  const caller = await callerOf(request, call, cookies, edge);
  if (!caller.ok) return caller;
  const asker = caller.value && askerOf(caller.value);
  const network = networkOf(request.ip ?? '');
  return withInput(request, call, edge, (input) =>
    handlerOf(name)({ ...input, ...asker, cookies, network }, edge),
  );
}

async function answer(
  name: CallName,
  request: Request,
  response: Response,
  edge: Edge,
): Promise<void> {
  try {
    const outcome = await outcomeOf(name, request, response, edge);
    if (outcome.ok) respond(request, response, 200, outcome.value);
    else respondRefusal(request, response, outcome.error);
  } catch (thrown) {
    // Whoever went away needs no answer, and it is nobody’s fault.
    if (request.destroyed && !request.complete) return;
    const refusal = reportFault(thrown, name, edge.log);
    if (response.headersSent) response.destroy();
    else respondRefusal(request, response, refusal);
  }
}

/**
 * Answers one call. Never rejects; what takes too long, on either side, is cut off. A client that has its answer may
 * still be sending a body that nobody wants: that is dropped as it comes, since hanging up could take the answer too.
 */
export async function serveCall(
  name: CallName,
  request: Request,
  response: Response,
  edge: Edge,
): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const cutOff = (): void => {
    if (!request.complete || !response.writableFinished) request.socket.destroy();
  };
  const deadline = setTimeout(cutOff, edge.options.callTimeoutMs).unref();
  if (edge.workload.enter()) {
    await answer(name, request, response, edge);
    await closed;
    edge.workload.leave();
  } else {
    respondRefusal(request, response, { code: 'unavailable', retryAfterMs });
    await closed;
  }
  // What is still coming is dropped until its deadline; nothing is kept for what has all come.
  const forget = (): void => clearTimeout(deadline);
  if (request.complete) forget();
  else request.once('close', forget);
}
