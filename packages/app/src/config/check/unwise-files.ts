import { stat } from 'node:fs/promises';
import type { Finding } from '@sealpost/domain';
import { catalogue } from '../catalogue.ts';
import { fileVariable } from '../environment.ts';
import type { ConfigSources, LoadedConfig } from '../load-config.ts';
import { warning } from './warning.ts';

const others = 0o077;

/** Permissions are not told on Windows; what is not there is somebody else's finding. */
async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  try {
    return ((await stat(path)).mode & others) !== 0;
  } catch {
    return false;
  }
}

/** What others on this machine can read. */
export async function unwiseFiles(
  { config, given }: LoadedConfig,
  { env = {}, file = env[fileVariable] }: ConfigSources,
): Promise<Finding[]> {
  const holdsSecrets = [...given.values()].some(
    ({ path, source }) => source.kind === 'file' && catalogue.get(path)?.secret === true,
  );
  const found: Finding[] = [];
  if (await isOpenToOthers(config.dataFolder))
    found.push(
      warning(
        'data_folder_open',
        `The data folder ${config.dataFolder} can be entered by other users of this machine.`,
        `chmod 700 ${config.dataFolder}`,
      ),
    );
  if (holdsSecrets && file !== undefined && (await isOpenToOthers(file)))
    found.push(
      warning(
        'config_file_open',
        `${file} holds a secret, and other users of this machine may read it.`,
        `chmod 600 ${file}`,
      ),
    );
  return found;
}
