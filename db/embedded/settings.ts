/**
 * Settings of the embedded server, written at each start beside the file that initdb made. No statement is ever logged, nor the detail
 * of an error, which may hold a person's address; the log keeps a week and overwrites itself.
 */
export function serverSettings({ fsync }: { fsync: boolean }): string {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: '1GB',
    random_page_cost: '1.1',
    // short queries: compiling them costs more than it gains (free slots: 10.0 ms with, 4.0 ms without)
    jit: 'off',
    wal_level: 'replica',
    max_wal_size: '512MB',
    fsync: fsync ? 'on' : 'off',
    full_page_writes: fsync ? 'on' : 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    password_encryption: 'scram-sha-256',
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_truncate_on_rotation: 'on',
    // 'log' leaves out ERROR: those go to the client that caused them, with its own rules
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_min_duration_statement: '-1',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  return `# Rewritten at each start by db/embedded/settings.ts\n${lines.join('\n')}\n`;
}
