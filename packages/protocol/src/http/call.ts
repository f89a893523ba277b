import type { z } from 'zod';
import type { RefusalCode } from '../schema/refusal.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Who may make a call: anybody, a device that is logged in, or only a certified one. */
export type Access = 'anybody' | 'session' | 'certified';

/** One HTTP call: the server binds it to a use case, the client calls it, and the reference is generated from it. */
export interface Call<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** Express form: `/v1/devices/:device`. */
  readonly path: string;
  readonly access: Access;
  /** Whether it changes nothing, so that a caller may repeat it. */
  readonly onlyReads: boolean;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  /** The refusals of its use case, beside those of the edge that every call can meet. */
  readonly refusals: readonly RefusalCode[];
  /** Most bytes of the request's body. */
  readonly bodyLimit: number;
}

export type ParamsOf<C extends Call> = z.output<C['params']>;
export type QueryOf<C extends Call> = z.output<C['query']>;
export type BodyOf<C extends Call> = z.output<C['body']>;
export type AnswerOf<C extends Call> = z.output<C['answer']>;
