"""What is printed for a link: its QR code and a poster."""
