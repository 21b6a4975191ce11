alter table readings drop column quality;
