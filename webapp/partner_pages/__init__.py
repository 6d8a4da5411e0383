"""The pages about partners: who they are, who agreed to each, the file for one of them."""
