import { keyDirectoryModelSuite } from '@sealpost/testing';
import { memory } from './memory.ts';

keyDirectoryModelSuite(memory, { runs: 500 });
