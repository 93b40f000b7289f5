"""Each person's home: what waits for them across the stages. Owns no tables; it only asks the stages."""
