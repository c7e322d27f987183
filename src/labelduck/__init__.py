"""SQL-queryable analytics for computer-vision label quality."""
