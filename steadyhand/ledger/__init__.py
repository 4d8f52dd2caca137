"""What is remembered, in DynamoDB: the table, its rows, values as JSON, compact rows for large reads."""
