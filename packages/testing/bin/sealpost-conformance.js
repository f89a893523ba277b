#!/usr/bin/env node
import { conformance } from '../dist/conformance/main.js';

process.exitCode = conformance(process.cwd());
