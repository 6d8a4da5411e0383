"""What people write in many ways, brought into one: to find, compare and reach them."""
