"""The tests. They mirror core; tests/house asks whether the code keeps the rules of the house."""
