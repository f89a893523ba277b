import { logModelSuite } from '@sealpost/testing';
import { memory } from './memory.ts';

logModelSuite(memory, { runs: 500 });
