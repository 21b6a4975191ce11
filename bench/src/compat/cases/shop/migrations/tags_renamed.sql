alter table products rename column tags to labels;
