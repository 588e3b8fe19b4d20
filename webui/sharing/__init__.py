"""What is passed on: the addresses of clipping lists, and the pictures that chats show of a link."""
