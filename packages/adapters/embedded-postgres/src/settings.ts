/** `none` is for throw-away databases: a power loss may destroy it, a killed process does not. */
export type Durability = 'full' | 'none';

/**
 * Postgres' settings, given as arguments so that neither a file nor `ALTER SYSTEM` changes them silently.
 * Whoever needs other ones runs a server of their own.
 */
export function settings(port: number, durability: Durability): readonly string[] {
  const values = {
    // Only this machine, only by TCP: a socket file would need a folder that two accounts share.
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',

    // What was acknowledged survives.
    fsync: durability === 'full' ? 'on' : 'off',
    synchronous_commit: 'on',
    full_page_writes: durability === 'full' ? 'on' : 'off',

    // Modest: one server process with a few pools, on a small machine.
    shared_buffers: '128MB',
    max_connections: 100,
    work_mem: '4MB',
    max_wal_size: '512MB',
    // Our queries are short; parallel ones would also need more /dev/shm than containers give.
    max_parallel_workers_per_gather: 0,

    // The log tells of starts, stops, crashes and refused log-ins. Errors of statements go to the client alone:
    // their texts can hold values of rows.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_checkpoints: 'off',
    logging_collector: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
    cluster_name: 'sealpost',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
