"""Speed, memory and API calls beside Cloud Custodian, on one moto account. See docs/bench.md."""
