alter sequence alarms_id_seq rename to alarm_numbers;
