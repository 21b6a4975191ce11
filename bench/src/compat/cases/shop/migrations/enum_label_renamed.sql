alter type order_status rename value 'open' to 'placed';
