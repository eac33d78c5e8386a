package main

// cost is what a run on AWS costs at the list prices of us-east-1, generously: 3 monthly
// active users at 0.015 $ (Essentials, beyond the free ones) and 1 M2M token at 0.00225
// $; under 100 invocations, under 300 reads and writes of the table, under 1 MB of logs
// and 40 MB of uploads; a dozen metrics for a quarter of an hour.
const cost = "It costs about 0.05 $ and less than one dollar."
