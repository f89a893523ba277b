import { assert } from '@sealpost/domain';
import { type Call, type CallName, calls } from '@sealpost/protocol';
import { isOpen } from '@sealpost/protocol/edge';
import type { Express, RequestHandler } from 'express';
import type { Edge } from './edge.ts';
import { serveCall } from './serve-call.ts';

function bind(app: Express, { method, path }: Call, handle: RequestHandler): void {
  switch (method) {
    case 'GET':
      app.get(path, handle);
      break;
    case 'PUT':
      app.put(path, handle);
      break;
    case 'POST':
      app.post(path, handle);
      break;
    case 'DELETE':
      app.delete(path, handle);
      break;
  }
}

/** Serves every call of the table, and nothing beside it. */
export function bindCalls(app: Express, edge: Edge): void {
  for (const [name, call] of Object.entries(calls) as [CallName, Call][]) {
    assert(
      isOpen(name) === (call.access === 'anybody'),
      'handlers without a caller are those of calls for anybody',
    );
    bind(app, call, (request, response) => serveCall(name, request, response, edge));
  }
}
