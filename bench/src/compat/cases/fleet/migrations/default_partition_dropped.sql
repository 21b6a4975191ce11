drop table readings_rest;
