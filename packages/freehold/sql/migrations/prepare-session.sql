-- A server that looks after its client ends the statement of a runner that was killed, and so its lock.
select
  set_config('lock_timeout', $1, false),
  set_config('statement_timeout', '0', false),
  case
    when version() ~* 'linux|darwin|bsd' then set_config('client_connection_check_interval', '1000', false)
  end
