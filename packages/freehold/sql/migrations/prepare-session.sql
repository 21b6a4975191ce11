-- A server that looks after its client ends the statement of a runner that was killed, or whose machine is gone, and so its
-- lock; and the transaction of one that stands still, behind which others would queue. What the database limits for programs is
-- no limit for a migration, nor for the rest between two batches.
select
  set_config('lock_timeout', $1, false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('statement_timeout', '0', false),
  set_config('idle_session_timeout', '0', false),
  set_config('idle_in_transaction_session_timeout', '60000', false),
  case when current_setting('transaction_timeout', true) is not null then set_config('transaction_timeout', '0', false) end,
  case
    when version() ~* 'linux|darwin|bsd' then
      concat_ws(
        ',',
        set_config('client_connection_check_interval', '1000', false),
        set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '4', false)
      )
  end
