import { relayDialect } from './relay-dialect.ts';
import { sealpostDialect } from './sealpost-dialect.ts';

export const dialects = { sealpost: sealpostDialect, relay: relayDialect };
